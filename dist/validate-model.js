require('./index.js').start('validate-model');
