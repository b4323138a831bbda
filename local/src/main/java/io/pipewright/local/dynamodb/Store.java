package io.pipewright.local.dynamodb;

import io.pipewright.local.database.Database;

/** What the operations share. */
record Store(Database database, Tables tables, Items items, ExpressionCache expressions) {
    static Store open(Database database) {
        Items items = new Items(database);
        return new Store(database, new Tables(database), items, new ExpressionCache());
    }
}
