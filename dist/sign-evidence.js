require('./index.js').start('sign-evidence');
