package io.millrace.writer.postgres.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.postgres.connection.BinaryOutput;

/** INTEGER, UNSIGNED, BOOLEAN, YEAR and BIT(1) into boolean, smallint, integer and bigint; the range is checked. */
public enum IntegerEncoder implements FieldEncoder {
    BOOLEAN {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            long value = image.longAt(column);
            output.putInt(1);
            output.putByte((int) value);
            return value == 0 || value == 1 ? Fault.NONE : Fault.OUT_OF_RANGE;
        }
    },
    SMALLINT {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            long value = image.longAt(column);
            output.putInt(Short.BYTES);
            output.putShort((int) value);
            return (short) value == value ? Fault.NONE : Fault.OUT_OF_RANGE;
        }
    },
    INTEGER {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            long value = image.longAt(column);
            output.putInt(Integer.BYTES);
            output.putInt((int) value);
            return (int) value == value ? Fault.NONE : Fault.OUT_OF_RANGE;
        }
    },
    BIGINT {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            output.putInt(Long.BYTES);
            output.putLong(image.longAt(column));
            return Fault.NONE;
        }
    },
    /** An unsigned source into bigint: its upper half does not fit. */
    UNSIGNED_BIGINT {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            long value = image.longAt(column);
            output.putInt(Long.BYTES);
            output.putLong(value);
            return value >= 0 ? Fault.NONE : Fault.OUT_OF_RANGE;
        }
    },
    /** Raw bits of a double. */
    DOUBLE {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            output.putInt(Double.BYTES);
            output.putLong(image.longAt(column));
            return Fault.NONE;
        }
    },
    /** Raw bits of a float. */
    REAL {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            output.putInt(Float.BYTES);
            output.putInt((int) image.longAt(column));
            return Fault.NONE;
        }
    },
    /** A float into double precision, which holds every float exactly. */
    REAL_AS_DOUBLE {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            output.putInt(Double.BYTES);
            output.putLong(Double.doubleToRawLongBits(Float.intBitsToFloat((int) image.longAt(column))));
            return Fault.NONE;
        }
    }
}
