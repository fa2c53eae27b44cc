package io.millrace.plugin;

import org.agrona.DirectBuffer;

/** Takes new values of a row's columns, by the place of a column in {@link RowTransform#columns}. Valid until the call returns. */
public interface RowEdits {
    void setNull(int output);

    /** Of a type whose value is a slot of 64 bits: whole numbers, truth values, dates and times in the form of {@link io.millrace.schema.ColumnType}. */
    void setLong(int output, long slot);

    /** Of a type whose value is bytes. */
    void setBytes(int output, DirectBuffer bytes, int offset, int length);

    /** The same of text, in UTF-8. */
    void setText(int output, String text);
}
