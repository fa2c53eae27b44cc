package io.millrace.writer.postgres.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.postgres.connection.BinaryOutput;

/** Variable values that travel as the bytes they are: text, json, bytea, uuid. */
public enum BytesEncoder implements FieldEncoder {
    /** bytea and uuid: any byte. */
    BINARY {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            output.putInt(image.valueLength(column));
            output.putValue(image, column);
            return Fault.NONE;
        }
    },
    /** Text in which U+0000 is the row's fault. */
    TEXT {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            int length = image.valueLength(column);
            if (output.isPassing(length) && NulCharacters.isIn(image.buffer(), image.valueOffset(column), length)) {
                return Fault.NUL_CHARACTER;
            }
            output.putInt(length);
            output.putValue(image, column);
            return !output.isPassing(length) && NulCharacters.isIn(output.bytes(), output.length() - length, length)
                    ? Fault.NUL_CHARACTER
                    : Fault.NONE;
        }
    },
    /** Text from which U+0000 is dropped. */
    STRIPPED_TEXT {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            int start = output.length();
            output.putInt(image.valueLength(column));
            output.putWhole(image, column);
            int from = start + Integer.BYTES;
            int length = NulCharacters.strip(output.bytes(), from, output.length() - from);
            output.length(from + length);
            output.setInt(start, length);
            return Fault.NONE;
        }
    },
    /** jsonb: a version, then the JSON text. */
    JSONB {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            output.putInt(image.valueLength(column) + 1);
            output.putByte(1);
            output.putValue(image, column);
            return Fault.NONE;
        }
    }
}
