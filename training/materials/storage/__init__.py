"""Where files are kept: a folder of this machine, or a bucket that speaks S3. The only place that knows obstore."""
