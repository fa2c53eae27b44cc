/** What lanes know of a table: where its rows go, which lanes have them, what a load has of it. */
package io.millrace.lane.table;
