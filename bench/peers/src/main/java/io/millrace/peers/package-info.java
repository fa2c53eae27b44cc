/** What Millrace is measured against, each in a JVM of its own. */
package io.millrace.peers;
