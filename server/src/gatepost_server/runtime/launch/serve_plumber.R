# Serve a plumber.R as it is; the gate strips the prefix, the process answers at "/".
arguments <- commandArgs(trailingOnly = TRUE)
options(plumber.docs.callback = NULL)
router <- plumber::plumb(arguments[[1]])
plumber::pr_run(
  router,
  host = "127.0.0.1",
  port = as.integer(arguments[[2]]),
  quiet = TRUE
)
