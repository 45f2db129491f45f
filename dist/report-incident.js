require('./index.js').start('report-incident');
