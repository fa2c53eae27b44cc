/** How a server is reached and logged in to: what readers and writers are opened with. */
package io.millrace.datasource;
