/**
 * SQL expressions over the columns of one table: parsed by JSqlParser, typed and compiled by us.
 *
 * <pre>
 *  text ─▶ ExpressionParser ─▶ JSqlParser's tree ─▶ ExpressionBuilder ─▶ tree of Values ─▶ load(image) for each row
 *                                                     (types, findings)    (one for each thread)
 * </pre>
 *
 * An expression means what PostgreSQL means by it, in a database whose collation is C and whose zone is UTC; where it does not, the reference says so.
 */
package io.millrace.expression;
