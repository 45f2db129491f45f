require('./index.js').start('monitor-model');
