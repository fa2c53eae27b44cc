/** What operators and functions make of values. */
package io.millrace.expression.operator;
