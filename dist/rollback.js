require('./index.js').start('rollback');
