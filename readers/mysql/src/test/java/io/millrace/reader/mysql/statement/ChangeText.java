package io.millrace.reader.mysql.statement;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ColumnPlace;
import io.millrace.ddl.ForeignKeyDefinition;
import io.millrace.ddl.IndexDefinition;
import io.millrace.ddl.TableChange;
import io.millrace.schema.TableIndex;
import java.util.List;
import java.util.stream.Collectors;

/** What a statement changes, in one line that a person can compare with the statement. */
final class ChangeText {
    private ChangeText() {}

    static String of(List<TableChange> changes) {
        return changes.stream().map(ChangeText::of).collect(Collectors.joining("; "));
    }

    private static String of(TableChange change) {
        if (change instanceof TableChange.Create create) {
            StringBuilder text = new StringBuilder("create ").append(create.table());
            text.append(create.ifNotExists() ? " if-missing" : "").append(create.orReplace() ? " or-replace" : "");
            create.like().ifPresent(like -> text.append(" like ").append(like));
            if (!create.columns().isEmpty()) {
                text.append(" (");
                text.append(create.columns().stream().map(ChangeText::of).collect(Collectors.joining(", ")));
                create.indexes().forEach(index -> text.append(", ").append(of(index)));
                create.foreignKeys().forEach(key -> text.append(", ").append(of(key)));
                text.append(")");
            }
            return text + charset(create.charset(), create.collation()) + (create.hasQuery() ? " query" : "");
        }
        if (change instanceof TableChange.Alter alter) {
            return "alter " + alter.table() + (alter.ignoresErrors() ? " ignore" : "")
                    + (alter.ifExists() ? " if-there" : "") + ": "
                    + alter.steps().stream().map(ChangeText::of).collect(Collectors.joining(", "));
        }
        if (change instanceof TableChange.Rename rename) {
            return "rename " + rename.table() + " > " + rename.to();
        }
        if (change instanceof TableChange.Drop drop) {
            return "drop " + drop.table() + (drop.ifExists() ? " if-there" : "");
        }
        if (change instanceof TableChange.Truncate truncate) {
            return "truncate " + truncate.table();
        }
        if (change instanceof TableChange.Repair repair) {
            return "repair " + repair.table();
        }
        if (change instanceof TableChange.DropDatabase drop) {
            return "drop database " + drop.database();
        }
        TableChange.DatabaseCharset database = (TableChange.DatabaseCharset) change;
        return (database.isNew() ? "create" : "alter") + " database " + database.database()
                + charset(database.charset(), database.collation());
    }

    private static String charset(String charset, String collation) {
        return (charset.isEmpty() ? "" : " charset=" + charset) + (collation.isEmpty() ? "" : " collate=" + collation);
    }

    private static String of(AlterStep step) {
        if (step instanceof AlterStep.AddColumn add) {
            return "add " + of(add.column()) + of(add.place()) + (add.ifNotExists() ? " if-missing" : "");
        }
        if (step instanceof AlterStep.DropColumn drop) {
            return "drop " + drop.column() + (drop.ifExists() ? " if-there" : "");
        }
        if (step instanceof AlterStep.ChangeColumn change) {
            return "change " + change.column() + " > " + of(change.definition()) + of(change.place())
                    + (change.ifExists() ? " if-there" : "");
        }
        if (step instanceof AlterStep.RenameColumn rename) {
            return "rename " + rename.column() + " > " + rename.to();
        }
        if (step instanceof AlterStep.AlterDefault change) {
            return "default " + change.column()
                    + change.defaultText().map(text -> "=" + text).orElse("");
        }
        if (step instanceof AlterStep.AddIndex add) {
            return "add " + of(add.index()) + (add.ifNotExists() ? " if-missing" : "");
        }
        if (step instanceof AlterStep.DropIndex drop) {
            return "drop index " + drop.index();
        }
        if (step instanceof AlterStep.RenameIndex rename) {
            return "rename index " + rename.index() + " > " + rename.to();
        }
        if (step instanceof AlterStep.AddForeignKey add) {
            return "add " + of(add.key());
        }
        if (step instanceof AlterStep.DropForeignKey drop) {
            return "drop foreign key " + drop.name();
        }
        if (step instanceof AlterStep.DropConstraint drop) {
            return "drop constraint " + drop.name();
        }
        if (step instanceof AlterStep.ConvertCharset convert) {
            return "convert" + charset(convert.charset(), convert.collation());
        }
        if (step instanceof AlterStep.DefaultCharset change) {
            return "default" + charset(change.charset(), change.collation());
        }
        if (step instanceof AlterStep.RenameTo rename) {
            return "rename to " + rename.to();
        }
        if (step instanceof AlterStep.Partition partition) {
            return partition.verb().toLowerCase(java.util.Locale.ROOT)
                    + (partition.movesRows() ? " moves-rows" : "")
                    + partition.other().map(other -> " " + other).orElse("");
        }
        AlterStep.Other other = (AlterStep.Other) step;
        return other.verb().toLowerCase(java.util.Locale.ROOT) + (other.movesRows() ? " moves-rows" : "");
    }

    private static String of(ColumnPlace place) {
        return switch (place.kind()) {
            case UNSAID -> "";
            case FIRST -> " first";
            case AFTER -> " after " + place.after();
        };
    }

    private static String of(ColumnDefinition column) {
        StringBuilder text = new StringBuilder(column.name()).append(' ').append(column.typeName());
        if (!column.arguments().isEmpty() || !column.members().isEmpty()) {
            text.append(column.arguments().isEmpty() ? column.members() : column.arguments());
        }
        text.append(column.isUnsigned() ? " unsigned" : "").append(column.isZerofill() ? " zerofill" : "");
        text.append(charset(column.charset(), column.collation()));
        text.append(column.isBinaryCollation() ? " binary" : "");
        text.append(
                switch (column.nullability()) {
                    case UNSAID -> "";
                    case NULL -> " null";
                    case NOT_NULL -> " not-null";
                });
        column.defaultText().ifPresent(value -> text.append(" default=").append(value));
        text.append(
                switch (column.generation()) {
                    case NONE -> "";
                    case VIRTUAL -> " virtual";
                    case STORED -> " stored";
                });
        text.append(column.isAutoIncrement() ? " auto" : "").append(column.isInvisible() ? " invisible" : "");
        text.append(column.isJson() ? " json-check" : "");
        text.append(
                switch (column.key()) {
                    case NONE -> "";
                    case PRIMARY -> " primary";
                    case UNIQUE -> " unique";
                });
        return text.append(column.comment().isEmpty() ? "" : " comment=" + column.comment())
                .toString();
    }

    private static String of(IndexDefinition index) {
        return index.kind().name().toLowerCase(java.util.Locale.ROOT) + " "
                + (index.name().isEmpty() ? "" : index.name() + " ")
                + index.parts().stream().map(ChangeText::of).toList();
    }

    private static String of(TableIndex.Part part) {
        return (part.column().isEmpty() ? "?" : part.column()) + (part.prefix() > 0 ? "(" + part.prefix() + ")" : "");
    }

    private static String of(ForeignKeyDefinition key) {
        return "foreign " + (key.name().isEmpty() ? "" : key.name() + " ") + key.columns() + " " + key.parent()
                + key.parentColumns() + (key.onDelete().isEmpty() ? "" : " delete=" + key.onDelete())
                + (key.onUpdate().isEmpty() ? "" : " update=" + key.onUpdate());
    }
}
