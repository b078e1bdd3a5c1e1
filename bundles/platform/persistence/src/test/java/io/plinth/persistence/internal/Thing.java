package io.plinth.persistence.internal;

import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import javax.persistence.Version;

/** An entity for tests. */
@Entity
@Table(name = "things")
public class Thing {
    @Id
    private String id;

    @Column
    private int amount;

    @Version
    private long version;

    protected Thing() {}

    public Thing(String id, int amount) {
        this.id = id;
        this.amount = amount;
    }

    public int amount() {
        return amount;
    }

    public void add(int more) {
        amount += more;
    }
}
