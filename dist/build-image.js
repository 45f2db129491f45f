require('./index.js').start('build-image');
