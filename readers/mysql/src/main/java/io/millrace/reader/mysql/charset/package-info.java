/** Character sets of the sources, each as a decoder into UTF-8. */
package io.millrace.reader.mysql.charset;
