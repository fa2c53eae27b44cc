/** What the end-to-end runs replicate: changes that a seed fixes, written into a real source. */
package io.millrace.e2e.workload;
