package io.millrace.wal.codec;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ColumnPlace;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.ForeignKeyDefinition;
import io.millrace.ddl.IndexDefinition;
import io.millrace.ddl.TableChange;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.io.IOException;
import java.util.Optional;

/**
 * A {@link DdlEvent} as bytes, in the body of a DDL frame and in a target's record of statements: big-endian, as DataOutput writes it. Every record is written in the order
 * of its components; where one of several kinds may stand, its number stands before it; a list is a count and its elements, an
 * optional a byte and its value, an enum its name.
 */
public final class DdlCodec {
    private static final int CREATE = 1;
    private static final int ALTER = 2;
    private static final int RENAME = 3;
    private static final int DROP = 4;
    private static final int TRUNCATE = 5;
    private static final int REPAIR = 6;
    private static final int DROP_DATABASE = 7;
    private static final int DATABASE_CHARSET = 8;

    private static final int ADD_COLUMN = 1;
    private static final int DROP_COLUMN = 2;
    private static final int CHANGE_COLUMN = 3;
    private static final int RENAME_COLUMN = 4;
    private static final int ALTER_DEFAULT = 5;
    private static final int ADD_INDEX = 6;
    private static final int DROP_INDEX = 7;
    private static final int RENAME_INDEX = 8;
    private static final int ADD_FOREIGN_KEY = 9;
    private static final int DROP_FOREIGN_KEY = 10;
    private static final int CONVERT_CHARSET = 11;
    private static final int DEFAULT_CHARSET = 12;
    private static final int RENAME_TO = 13;
    private static final int PARTITION = 14;
    private static final int OTHER = 15;
    private static final int DROP_CONSTRAINT = 16;

    private DdlCodec() {}

    public static byte[] encode(DdlEvent event) {
        CodecOutput out = new CodecOutput();
        out.text(event.verb());
        out.list(event.changes(), DdlCodec::change);
        out.list(event.effects(), DdlCodec::effect);
        out.text(event.database());
        out.text(event.place());
        out.number(event.commitTimeMicros());
        out.text(event.statement());
        return out.bytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws MillraceException with LOG_DAMAGED for anything else
     */
    public static DdlEvent decode(byte[] bytes) {
        CodecInput in = new CodecInput(bytes);
        try {
            return new DdlEvent(
                    in.text(),
                    in.list(DdlCodec::change),
                    in.list(DdlCodec::effect),
                    in.text(),
                    in.text(),
                    in.number(),
                    in.text());
        } catch (IOException | IllegalArgumentException e) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "cannot decode DDL: length=" + bytes.length, e);
        }
    }

    // ---- changes

    private static void change(CodecOutput out, TableChange change) {
        if (change instanceof TableChange.Create create) {
            out.kind(CREATE).table(create.table());
            out.flag(create.ifNotExists()).flag(create.orReplace());
            out.optional(create.like(), CodecOutput::table);
            out.flag(create.hasQuery());
            out.list(create.columns(), DdlCodec::column);
            out.list(create.indexes(), DdlCodec::index);
            out.list(create.foreignKeys(), DdlCodec::foreignKey);
            out.text(create.charset()).text(create.collation()).text(create.comment());
        } else if (change instanceof TableChange.Alter alter) {
            out.kind(ALTER).table(alter.table()).flag(alter.ignoresErrors()).flag(alter.ifExists());
            out.list(alter.steps(), DdlCodec::step);
        } else if (change instanceof TableChange.Rename rename) {
            out.kind(RENAME).table(rename.table()).table(rename.to()).flag(rename.ifExists());
        } else if (change instanceof TableChange.Drop drop) {
            out.kind(DROP).table(drop.table()).flag(drop.ifExists());
        } else if (change instanceof TableChange.Truncate truncate) {
            out.kind(TRUNCATE).table(truncate.table());
        } else if (change instanceof TableChange.Repair repair) {
            out.kind(REPAIR).table(repair.table());
        } else if (change instanceof TableChange.DropDatabase drop) {
            out.kind(DROP_DATABASE).text(drop.database()).flag(drop.ifExists());
        } else {
            TableChange.DatabaseCharset database = (TableChange.DatabaseCharset) change;
            out.kind(DATABASE_CHARSET).text(database.database());
            out.flag(database.isNew()).flag(database.ifNotExists());
            out.text(database.charset()).text(database.collation());
        }
    }

    private static TableChange change(CodecInput in) throws IOException {
        int kind = in.kind();
        return switch (kind) {
            case CREATE ->
                new TableChange.Create(
                        in.table(),
                        in.flag(),
                        in.flag(),
                        in.optional(CodecInput::table),
                        in.flag(),
                        in.list(DdlCodec::column),
                        in.list(DdlCodec::index),
                        in.list(DdlCodec::foreignKey),
                        in.text(),
                        in.text(),
                        in.text());
            case ALTER -> new TableChange.Alter(in.table(), in.flag(), in.flag(), in.list(DdlCodec::step));
            case RENAME -> new TableChange.Rename(in.table(), in.table(), in.flag());
            case DROP -> new TableChange.Drop(in.table(), in.flag());
            case TRUNCATE -> new TableChange.Truncate(in.table());
            case REPAIR -> new TableChange.Repair(in.table());
            case DROP_DATABASE -> new TableChange.DropDatabase(in.text(), in.flag());
            case DATABASE_CHARSET ->
                new TableChange.DatabaseCharset(in.text(), in.flag(), in.flag(), in.text(), in.text());
            default -> throw new IOException("unknown change: kind=" + kind);
        };
    }

    private static void step(CodecOutput out, AlterStep step) {
        if (step instanceof AlterStep.AddColumn add) {
            out.kind(ADD_COLUMN);
            column(out, add.column());
            place(out, add.place());
            out.flag(add.ifNotExists());
        } else if (step instanceof AlterStep.DropColumn drop) {
            out.kind(DROP_COLUMN).text(drop.column()).flag(drop.ifExists());
        } else if (step instanceof AlterStep.ChangeColumn change) {
            out.kind(CHANGE_COLUMN).text(change.column());
            column(out, change.definition());
            place(out, change.place());
            out.flag(change.ifExists());
        } else if (step instanceof AlterStep.RenameColumn rename) {
            out.kind(RENAME_COLUMN).text(rename.column()).text(rename.to()).flag(rename.ifExists());
        } else if (step instanceof AlterStep.AlterDefault change) {
            out.kind(ALTER_DEFAULT).text(change.column()).optional(change.defaultText(), CodecOutput::text);
        } else if (step instanceof AlterStep.AddIndex add) {
            out.kind(ADD_INDEX);
            index(out, add.index());
            out.flag(add.ifNotExists());
        } else if (step instanceof AlterStep.DropIndex drop) {
            out.kind(DROP_INDEX).text(drop.index());
        } else if (step instanceof AlterStep.RenameIndex rename) {
            out.kind(RENAME_INDEX).text(rename.index()).text(rename.to());
        } else if (step instanceof AlterStep.AddForeignKey add) {
            out.kind(ADD_FOREIGN_KEY);
            foreignKey(out, add.key());
        } else if (step instanceof AlterStep.DropForeignKey drop) {
            out.kind(DROP_FOREIGN_KEY).text(drop.name());
        } else if (step instanceof AlterStep.DropConstraint drop) {
            out.kind(DROP_CONSTRAINT).text(drop.name());
        } else if (step instanceof AlterStep.ConvertCharset convert) {
            out.kind(CONVERT_CHARSET).text(convert.charset()).text(convert.collation());
        } else if (step instanceof AlterStep.DefaultCharset change) {
            out.kind(DEFAULT_CHARSET).text(change.charset()).text(change.collation());
        } else if (step instanceof AlterStep.RenameTo rename) {
            out.kind(RENAME_TO).table(rename.to());
        } else if (step instanceof AlterStep.Partition partition) {
            out.kind(PARTITION).text(partition.verb()).flag(partition.movesRows());
            out.optional(partition.other(), CodecOutput::table);
        } else {
            AlterStep.Other other = (AlterStep.Other) step;
            out.kind(OTHER).text(other.verb()).flag(other.movesRows());
        }
    }

    private static AlterStep step(CodecInput in) throws IOException {
        int kind = in.kind();
        return switch (kind) {
            case ADD_COLUMN -> new AlterStep.AddColumn(column(in), place(in), in.flag());
            case DROP_COLUMN -> new AlterStep.DropColumn(in.text(), in.flag());
            case CHANGE_COLUMN -> new AlterStep.ChangeColumn(in.text(), column(in), place(in), in.flag());
            case RENAME_COLUMN -> new AlterStep.RenameColumn(in.text(), in.text(), in.flag());
            case ALTER_DEFAULT -> new AlterStep.AlterDefault(in.text(), in.optional(CodecInput::text));
            case ADD_INDEX -> new AlterStep.AddIndex(index(in), in.flag());
            case DROP_INDEX -> new AlterStep.DropIndex(in.text());
            case RENAME_INDEX -> new AlterStep.RenameIndex(in.text(), in.text());
            case ADD_FOREIGN_KEY -> new AlterStep.AddForeignKey(foreignKey(in));
            case DROP_FOREIGN_KEY -> new AlterStep.DropForeignKey(in.text());
            case DROP_CONSTRAINT -> new AlterStep.DropConstraint(in.text());
            case CONVERT_CHARSET -> new AlterStep.ConvertCharset(in.text(), in.text());
            case DEFAULT_CHARSET -> new AlterStep.DefaultCharset(in.text(), in.text());
            case RENAME_TO -> new AlterStep.RenameTo(in.table());
            case PARTITION -> new AlterStep.Partition(in.text(), in.flag(), in.optional(CodecInput::table));
            case OTHER -> new AlterStep.Other(in.text(), in.flag());
            default -> throw new IOException("unknown step: kind=" + kind);
        };
    }

    // ---- their parts

    private static void place(CodecOutput out, ColumnPlace place) {
        out.text(place.kind().name()).text(place.after());
    }

    private static ColumnPlace place(CodecInput in) throws IOException {
        return new ColumnPlace(ColumnPlace.Kind.valueOf(in.text()), in.text());
    }

    private static void column(CodecOutput out, ColumnDefinition column) {
        out.text(column.name()).text(column.typeName());
        out.list(column.arguments(), CodecOutput::count);
        out.list(column.members(), CodecOutput::text);
        out.flag(column.isUnsigned()).flag(column.isZerofill());
        out.text(column.charset()).text(column.collation()).flag(column.isBinaryCollation());
        out.text(column.nullability().name());
        out.optional(column.defaultText(), CodecOutput::text);
        out.text(column.generation().name());
        out.flag(column.isAutoIncrement()).flag(column.isInvisible()).flag(column.isJson());
        out.text(column.key().name()).text(column.comment());
    }

    private static ColumnDefinition column(CodecInput in) throws IOException {
        return new ColumnDefinition(
                in.text(),
                in.text(),
                in.list(CodecInput::count),
                in.list(CodecInput::text),
                in.flag(),
                in.flag(),
                in.text(),
                in.text(),
                in.flag(),
                ColumnDefinition.Nullability.valueOf(in.text()),
                in.optional(CodecInput::text),
                ColumnDefinition.Generation.valueOf(in.text()),
                in.flag(),
                in.flag(),
                in.flag(),
                ColumnDefinition.Key.valueOf(in.text()),
                in.text());
    }

    private static void index(CodecOutput out, IndexDefinition index) {
        out.text(index.kind().name()).text(index.name());
        out.list(index.parts(), CodecOutput::part);
    }

    private static IndexDefinition index(CodecInput in) throws IOException {
        return new IndexDefinition(IndexDefinition.Kind.valueOf(in.text()), in.text(), in.list(CodecInput::part));
    }

    private static void foreignKey(CodecOutput out, ForeignKeyDefinition key) {
        out.text(key.name());
        out.list(key.columns(), CodecOutput::text);
        out.table(key.parent());
        out.list(key.parentColumns(), CodecOutput::text);
        out.text(key.onDelete()).text(key.onUpdate());
    }

    private static ForeignKeyDefinition foreignKey(CodecInput in) throws IOException {
        return new ForeignKeyDefinition(
                in.text(), in.list(CodecInput::text), in.table(), in.list(CodecInput::text), in.text(), in.text());
    }

    // ---- effects

    private static void effect(CodecOutput out, TableEffect effect) {
        out.text(effect.kind().name()).table(effect.table());
        out.optional(effect.before(), CodecOutput::schema);
        out.optional(effect.after(), CodecOutput::schema);
        out.flag(effect.movesRows());
    }

    private static TableEffect effect(CodecInput in) throws IOException {
        TableEffect.Kind kind = TableEffect.Kind.valueOf(in.text());
        TableId table = in.table();
        Optional<TableSchema> before = in.optional(CodecInput::schema);
        return new TableEffect(kind, table, before, in.optional(CodecInput::schema), in.flag());
    }
}
