package io.millrace.writer.mysql.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.mysql.connection.SqlOutput;
import org.agrona.DirectBuffer;

/**
 * JSON before a column of MySQL's JSON: the text, where the server reads its numbers as what they are, else an expression, which LOAD DATA
 * has no place for ({@link JsonExpression}). Stateless; allocates nothing for a text.
 */
enum JsonEncoder implements FieldEncoder {
    JSON;

    @Override
    public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
        return put(image.buffer(), image.valueOffset(column), image.valueLength(column), isField, output);
    }

    static int put(DirectBuffer text, int offset, int length, boolean isField, SqlOutput output) {
        // What is no JSON goes as it is: the server says so.
        if (!JsonNumbers.areExact(text, offset, length) && JsonSyntax.isValid(text, offset, length)) {
            return isField ? Fault.NO_FIELD : JsonExpression.put(text, offset, length, output);
        }
        if (isField) {
            output.putField(text, offset, length);
        } else {
            output.putByte('\'');
            output.putEscaped(text, offset, length);
            output.putByte('\'');
        }
        return Fault.NONE;
    }
}
