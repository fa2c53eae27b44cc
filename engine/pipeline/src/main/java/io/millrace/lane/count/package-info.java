/** What is counted, of a lane and of each table. */
package io.millrace.lane.count;
