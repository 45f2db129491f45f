require('./index.js').start('validate-data');
