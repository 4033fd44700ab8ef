import pg from 'pg';

export const appRole = 'foyer_app';

/**
 * Makes the role that a server uses: it reads and writes rows, owns nothing, and can neither drop a table,
 * make a role nor run a program. Repeating it sets the password anew and grants what newer tables lack.
 * @param client connected as the owner of the tables, who may make roles
 */
export async function makeAppRole(client: pg.ClientBase, password: string): Promise<void> {
  await client.query(`
    do $$ begin
      create role ${appRole};
    exception when duplicate_object then null;
    end $$;
    alter role ${appRole} login password ${pg.escapeLiteral(password)};
    grant usage on schema public to ${appRole};
    grant select, insert, update, delete on all tables in schema public to ${appRole};
    grant usage on all sequences in schema public to ${appRole};
    revoke insert, update, delete on _prisma_migrations from ${appRole};
  `);
}
