/** JSON as an expression looks into it: paths, and the text of a document. */
package io.millrace.expression.json;
