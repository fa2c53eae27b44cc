/** A change of a row, and what the policies make of it. */
package io.millrace.lane.change;
