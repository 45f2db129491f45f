require('./index.js').start('evaluate-gate');
