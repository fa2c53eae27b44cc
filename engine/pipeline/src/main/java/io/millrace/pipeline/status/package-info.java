/** How a pipeline stands, for people, metrics and programs that embed it. */
package io.millrace.pipeline.status;
