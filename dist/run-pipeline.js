require('./index.js').start('run-pipeline');
