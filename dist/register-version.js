require('./index.js').start('register-version');
