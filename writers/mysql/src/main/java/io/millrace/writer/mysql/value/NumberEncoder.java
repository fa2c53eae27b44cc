package io.millrace.writer.mysql.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.mysql.connection.SqlOutput;

/** Whole and floating numbers: digits, alike in a literal and in a field. */
enum NumberEncoder implements FieldEncoder {
    SIGNED {
        @Override
        public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
            output.putSigned(image.longAt(column));
            return Fault.NONE;
        }
    },
    /** UNSIGNED and BIT. */
    UNSIGNED {
        @Override
        public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
            output.putUnsigned(image.longAt(column));
            return Fault.NONE;
        }
    },
    /** Four digits in quotes: as a number, and as one digit, 0 means another year. */
    YEAR {
        @Override
        public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
            Quotes.put(isField, output);
            output.putDigits(image.longAt(column), 4);
            Quotes.put(isField, output);
            return Fault.NONE;
        }
    }
}
