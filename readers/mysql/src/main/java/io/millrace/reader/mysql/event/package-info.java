/** Events of the binary log, and the packets in which they come: headers, checksums, layouts, compressed transactions. Knows no network. */
package io.millrace.reader.mysql.event;
