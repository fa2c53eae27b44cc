package io.millrace.expression;

import io.millrace.expression.value.Days;
import io.millrace.expression.value.Exact;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.Nothing;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;

/** The values of a row's columns. */
final class Columns {
    private static final int WHOLE_BYTES = 8;

    private Columns() {}

    /** What a column is to expressions. */
    static Value of(int index, Column column) {
        return switch (column.type()) {
            case BOOLEAN -> new TruthColumn(index);
            case INTEGER, YEAR -> new SlotColumn(index, SqlType.INTEGER);
            case UNSIGNED ->
                column.length() < WHOLE_BYTES ? new SlotColumn(index, SqlType.INTEGER) : new UnsignedColumn(index);
            case TIME -> new SlotColumn(index, SqlType.TIME);
            case FLOAT, DOUBLE -> new FloatingColumn(index, column.type() == ColumnType.FLOAT);
            case DECIMAL -> new DecimalColumn(index);
            case TEXT, ENUM, SET -> new TextColumn(index, isPadded(column));
            case DATE -> new CivilColumn(index, SqlType.DATE);
            case DATETIME -> new CivilColumn(index, SqlType.TIMESTAMP);
            case TIMESTAMP -> new InstantColumn(index);
            case POSTGRES_DATE -> new PostgresDayColumn(index);
            case POSTGRES_TIMESTAMP -> new SlotColumn(index, SqlType.TIMESTAMP);
            case POSTGRES_TIMESTAMPTZ -> new SlotColumn(index, SqlType.INSTANT);
            case BIT, BINARY, JSON, UUID, GEOMETRY, VECTOR, OTHER, POSTGRES_TEXT -> Nothing.ofColumn(index);
        };
    }

    /** PostgreSQL's character(n), whose blanks at the end mean nothing. */
    private static boolean isPadded(Column column) {
        String type = column.sourceType();
        return type.startsWith("char(")
                || type.startsWith("character(")
                || type.equals("char")
                || type.equals("character")
                || type.startsWith("bpchar");
    }

    private static final class TruthColumn extends Truth {
        private final int column;

        TruthColumn(int column) {
            this.column = column;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            isTrue = row.longAt(column) != 0;
            return !row.isNull(column);
        }
    }

    private static final class SlotColumn extends Whole {
        private final int column;

        SlotColumn(int column, SqlType type) {
            super(type);
            this.column = column;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            value = row.longAt(column);
            return !row.isNull(column);
        }
    }

    private static final class UnsignedColumn extends Exact {
        private final int column;

        UnsignedColumn(int column) {
            this.column = column;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            long bits = row.longAt(column);
            if (bits >= 0) {
                value.set(bits);
            } else {
                value.set(new BigDecimal(new BigInteger(Long.toUnsignedString(bits))));
            }
            return !row.isNull(column);
        }
    }

    private static final class FloatingColumn extends Floating {
        private final int column;
        private final boolean isSingle;

        FloatingColumn(int column, boolean isSingle) {
            this.column = column;
            this.isSingle = isSingle;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            long bits = row.longAt(column);
            value = isSingle ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
            return !row.isNull(column);
        }
    }

    private static final class DecimalColumn extends Exact {
        private final int column;

        DecimalColumn(int column) {
            this.column = column;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (row.isNull(column)) {
                return false;
            }
            value.parse(row.buffer(), row.valueOffset(column), row.valueLength(column));
            return true;
        }
    }

    private static final class TextColumn extends Text {
        private final int column;
        private final boolean isPadded;

        TextColumn(int column, boolean isPadded) {
            this.column = column;
            this.isPadded = isPadded;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (row.isNull(column)) {
                return false;
            }
            buffer = row.buffer();
            offset = row.valueOffset(column);
            length = row.valueLength(column);
            while (isPadded && length > 0 && buffer.getByte(offset + length - 1) == ' ') {
                length--;
            }
            return true;
        }
    }

    /** Zero and partial dates, which are none, are NULL. */
    private static final class CivilColumn extends Whole {
        private final int column;

        CivilColumn(int column, SqlType type) {
            super(type);
            this.column = column;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            long packed = row.longAt(column);
            if (row.isNull(column) || !Days.isDay(packed)) {
                return false;
            }
            value = type() == SqlType.DATE ? Days.of(packed) : Days.micros(packed);
            return true;
        }
    }

    /** MySQL's zero timestamp is NULL. */
    private static final class InstantColumn extends Whole {
        private final int column;

        InstantColumn(int column) {
            super(SqlType.INSTANT);
            this.column = column;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            long micros = row.longAt(column);
            value = micros - Days.MICROS_TO_2000;
            return !row.isNull(column) && micros != CivilTime.ZERO_TIMESTAMP;
        }
    }

    private static final class PostgresDayColumn extends Whole {
        private final int column;

        PostgresDayColumn(int column) {
            super(SqlType.DATE);
            this.column = column;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            long days = row.longAt(column);
            value = days == Integer.MAX_VALUE ? Days.FUTURE : days == Integer.MIN_VALUE ? Days.PAST : days;
            return !row.isNull(column);
        }
    }
}
