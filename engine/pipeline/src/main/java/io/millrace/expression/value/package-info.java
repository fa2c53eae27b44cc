/** Values: their types, registers that each row is loaded into, and arithmetic of exact numbers and of days. */
package io.millrace.expression.value;
