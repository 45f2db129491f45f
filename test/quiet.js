/**
 * Actions write their log to stdout, which is the runner's business and noise in a test run; Jest reports on stderr.
 * SHOW_LOGS=1 shows them.
 */
if (process.env.SHOW_LOGS !== '1') process.stdout.write = () => true;
