/** A lane's batch: what changes of a key come to, and the order in which that is written. */
package io.millrace.lane.batch;
