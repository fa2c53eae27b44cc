package io.millrace.writer.mysql.batch;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.SqlOutput;
import io.millrace.writer.mysql.value.Fault;
import io.millrace.writer.mysql.value.FieldEncoder;
import io.millrace.writer.sql.RowFault;
import java.nio.charset.StandardCharsets;

/**
 * One written column of a table as it stands at the server: where its value is in an image, and how it travels. Hot path.
 */
public final class CompiledColumn {
    private static final byte[] NULL_LITERAL = {'N', 'U', 'L', 'L'};
    private static final byte[] NULL_FIELD = {'\\', 'N'};

    private final String name;
    private final String quoted;
    private final byte[] quotedBytes;
    private final byte[] itself;
    private final int sourceColumn;
    private final FieldEncoder encoder;
    private final String ofField;
    private final boolean isKey;
    private final boolean isTouched;

    /**
     * @param sourceColumn in the images
     * @param ofField what turns a field of LOAD DATA, {@code @v}, into the value; empty where it is the value
     * @param isTouched whether an update of other columns changes it at the server
     */
    public CompiledColumn(
            String name, int sourceColumn, FieldEncoder encoder, String ofField, boolean isKey, boolean isTouched) {
        this.name = name;
        quoted = Identifiers.quote(name);
        quotedBytes = quoted.getBytes(StandardCharsets.UTF_8);
        itself = (quoted + "=" + quoted).getBytes(StandardCharsets.UTF_8);
        this.sourceColumn = sourceColumn;
        this.encoder = encoder;
        this.ofField = ofField;
        this.isKey = isKey;
        this.isTouched = isTouched;
    }

    String name() {
        return name;
    }

    /** Its name in SQL. */
    String quoted() {
        return quoted;
    }

    byte[] quotedBytes() {
        return quotedBytes;
    }

    int sourceColumn() {
        return sourceColumn;
    }

    String ofField() {
        return ofField;
    }

    boolean isKey() {
        return isKey;
    }

    boolean isTouched() {
        return isTouched;
    }

    /** The value as a literal. */
    public void putLiteral(ImageFlyweight image, SqlOutput output, int row) {
        if (image.isNull(sourceColumn)) {
            output.putBytes(NULL_LITERAL);
        } else {
            put(image, false, output, row);
        }
    }

    /** The value as a field of LOAD DATA. */
    public void putField(ImageFlyweight image, SqlOutput output, int row) {
        if (image.isNull(sourceColumn)) {
            output.putBytes(NULL_FIELD);
        } else {
            put(image, true, output, row);
        }
    }

    /** {@code name=value}. */
    void putAssignment(ImageFlyweight image, SqlOutput output, int row) {
        output.putBytes(quotedBytes);
        output.putByte('=');
        putLiteral(image, output, row);
    }

    /** {@code name=name}. */
    byte[] itself() {
        return itself;
    }

    private void put(ImageFlyweight image, boolean isField, SqlOutput output, int row) {
        int fault = encoder.put(image, sourceColumn, isField, output);
        if (fault == Fault.NO_FIELD) {
            throw new LoadNotExactException();
        }
        if (fault != Fault.NONE) {
            throw new RowFault("column=" + name + ", reason=" + Fault.reason(fault), row);
        }
    }
}
