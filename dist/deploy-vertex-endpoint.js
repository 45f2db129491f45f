require('./index.js').start('deploy-vertex-endpoint');
