package io.millrace.verify;

import io.millrace.datasource.DataSource;
import io.millrace.schema.TableId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;

/** What differs between kinds of sources: how they are reached, asked and read. Immutable. */
enum SourceServer {
    MYSQL {
        @Override
        Connection connect(DataSource source) {
            return VerifyConnections.mysqlSource(source);
        }

        @Override
        List<SourceTable> tables(Connection connection, Predicate<TableId> selected) throws SQLException {
            return MySqlCatalog.tables(connection, selected);
        }

        @Override
        String quoted(TableId table) {
            return SqlName.mysql(table);
        }

        @Override
        String orderEnd() {
            return "";
        }

        @Override
        Rows rows(Connection connection, String query, int columns) throws SQLException {
            return new MySqlRows(connection, query, columns);
        }
    },
    POSTGRES {
        @Override
        Connection connect(DataSource source) {
            return VerifyConnections.postgresSource(source);
        }

        @Override
        List<SourceTable> tables(Connection connection, Predicate<TableId> selected) throws SQLException {
            return PostgresSourceCatalog.tables(connection, selected);
        }

        @Override
        String quoted(TableId table) {
            return SqlName.postgres(table);
        }

        @Override
        String orderEnd() {
            return " NULLS FIRST";
        }

        @Override
        Rows rows(Connection connection, String query, int columns) throws SQLException, IOException {
            return new PostgresRows(connection, query, columns);
        }
    };

    static SourceServer of(DataSource source) {
        return source.type().equals("postgres") ? POSTGRES : MYSQL;
    }

    abstract Connection connect(DataSource source);

    abstract List<SourceTable> tables(Connection connection, Predicate<TableId> selected) throws SQLException;

    abstract String quoted(TableId table);

    /** What puts NULL first, behind an expression of ORDER BY. */
    abstract String orderEnd();

    abstract Rows rows(Connection connection, String query, int columns) throws SQLException, IOException;
}
