require('./index.js').startCountWorker();
