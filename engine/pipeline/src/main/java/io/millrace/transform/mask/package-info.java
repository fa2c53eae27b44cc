/** Masks: what a value becomes that nobody is to read. */
package io.millrace.transform.mask;
