/** How fast a full load fills a target, beside the source's own client piped into the target's, on the same table and servers. */
package io.millrace.e2e.load;
