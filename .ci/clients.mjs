// Uses jsforce and node-zendesk as their users would, against the sandbox that
// the environment leads to, and prints what each read and wrote.
//   node clients.mjs <partner query> <customer query>
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import jsforce from "jsforce";
import zendesk from "node-zendesk";

const env = process.env;

// rest reads what is left of a result page by page, and refuses a result that
// is not whole. Child lists page on their own, and the next page of their
// parents ends them: so theirs come first.
async function rest(connection, first, pages) {
  const records = [];
  for (let page = first; ; page = await connection.queryMore(page.nextRecordsUrl)) {
    pages.count++;
    for (const record of page.records) {
      for (const [name, value] of Object.entries(record)) {
        if (value && Array.isArray(value.records)) {
          record[name] = await rest(connection, value, pages.children);
        }
      }
      records.push(record);
    }
    if (page.done) break;
  }
  assert.equal(records.length, first.totalSize, `${records.length} of ${first.totalSize} records were read`);
  return records;
}

// The queries of this project, which leave a day open.
const soql = (file) => readFileSync(file, "utf8").replaceAll("{end_date}", "2020-01-01");
const isList = (value) => Array.isArray(value);
const childrenOf = (records) => records.flatMap((record) => Object.values(record).filter(isList).flat());
const requests = async () => (await fetch(`${env.SANDBOX_CONTROL_URL}/requests`)).json();

async function readSalesforce(queries) {
  const connection = new jsforce.Connection({
    version: "62.0",
    oauth2: { loginUrl: env.SALESFORCE_URL, clientId: env.SALESFORCE_CLIENT_ID, clientSecret: env.SALESFORCE_CLIENT_SECRET },
  });
  await connection.authorize({ grant_type: "client_credentials" });
  assert.equal(connection.instanceUrl, env.SALESFORCE_URL);
  for (const file of queries) {
    const pages = { count: 0, children: { count: 0, children: { count: 0 } } };
    const first = await connection.query(soql(file));
    const accounts = await rest(connection, first, pages);
    const children = childrenOf(accounts);
    console.log(`jsforce read ${accounts.length} accounts on ${pages.count} pages` +
      (children.length > 0 ? `, with ${children.length} child rows in ${pages.children.count} pieces` : "") + ` (${file})`);
    if (soql(file).includes("(SELECT")) await loseChildPages(connection, file, children.length);
  }
  await assert.rejects(connection.query("SELECT Id FORM Account"), { errorCode: "MALFORMED_QUERY" });
  console.log("jsforce was refused a malformed query");
}

// loseChildPages does what happens to those who do not ask for child pages, and
// makes sure that it would have been noticed.
async function loseChildPages(connection, file, all) {
  const records = [];
  for (let page = await connection.query(soql(file)); ; page = await connection.queryMore(page.nextRecordsUrl)) {
    records.push(...page.records);
    if (page.done) break;
  }
  const lists = records.flatMap((record) => Object.values(record).filter((value) => value && isList(value.records)));
  const got = lists.reduce((sum, list) => sum + list.records.length, 0);
  const short = lists.filter((list) => list.records.length < list.totalSize).length;
  assert(short > 0 && got < all, "no child list has a second page: nothing would show that one is lost");
  console.log(`jsforce would have read ${got} child rows without their pages, ${short} lists cut short`);
}

async function useZendesk(url, id, secret) {
  const granted = await (await fetch(`${url}/oauth/tokens`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ grant_type: "client_credentials", client_id: id, client_secret: secret, scope: "read write" }),
  })).json();
  const client = zendesk.createClient({ endpointUri: `${url}/api/v2`, token: granted.access_token, oauth: true });

  const listed = await client.organizations.list();
  // The library's own count() answers nothing.
  const { count } = await (await fetch(`${url}/api/v2/organizations/count.json`, { headers: { Authorization: `Bearer ${granted.access_token}` } })).json();
  assert.equal(listed.length, count.value, "the list is not as long as the count");
  console.log(`node-zendesk listed ${listed.length} organizations`);

  // Ids beyond 2^53 are not what JavaScript reads.
  const safe = listed.filter((organization) => Number.isSafeInteger(organization.id));
  const [one, two] = safe;
  const { result: created } = await client.organizations.create({
    organization: { name: "Made by node-zendesk", organization_fields: { salesforce_id: "001B0000009ZZZZIA4" } },
  });
  await assert.rejects(client.organizations.create({ organization: { name: " made BY node-zendesk " } }), /422|Unprocessable|RecordInvalid/i);
  console.log(`node-zendesk created ${created.name}, and was refused its name a second time`);

  const { result: accepted } = await client.organizations.updateMany({
    organizations: [{ id: one.id, notes: "written by node-zendesk" }, { id: two.id, name: one.name }],
  });
  const job = accepted.job_status ?? accepted;
  const { result: jobs } = await client.jobstatuses.list();
  const unfinished = (jobs.job_statuses ?? jobs)[0];
  assert.equal(unfinished.id, job.id, "the unfinished job does not come first");
  const ended = await client.jobstatuses.watch(job.id, 100, 5);
  const { result: several } = await client.jobstatuses.showMany([job.id]);
  assert.equal((several.job_statuses ?? several)[0].status, "completed");
  assert.deepEqual(ended.results.map((row) => row.success === true), [true, false]);
  console.log(`node-zendesk updated 2 organizations in a ${unfinished.job_type} job that ${ended.status}: ` +
    ended.results.map((row) => row.status ?? row.details).join("; "));

  const shown = await client.organizations.showMany([one.id, two.id]);
  assert.equal(shown.find((organization) => organization.id === one.id).notes, "written by node-zendesk");
  assert.equal(shown.find((organization) => organization.id === two.id).name, two.name);
  console.log(`node-zendesk showed ${shown.length} organizations: one is as written, one as before`);

  const key = two.organization_fields.salesforce_id;
  const { result: found } = await client.search.query(`type:organization salesforce_id:${key}`);
  assert.deepEqual((found.results ?? found).map((organization) => organization.id), [two.id].filter(() => key));
  console.log(`node-zendesk found ${two.name} by its salesforce_id`);
}

const before = await requests();
await readSalesforce(process.argv.slice(2));
for (const instance of ["GLOBAL", "USGOV"]) {
  console.log(`Zendesk ${instance}:`);
  await useZendesk(env[`ZENDESK_${instance}_URL`], env[`ZENDESK_${instance}_CLIENT_ID`], env[`ZENDESK_${instance}_CLIENT_SECRET`]);
}
const after = await requests();
for (const [service, routes] of Object.entries(after)) {
  const asked = Object.entries(routes).map(([route, times]) => `${times - (before[service]?.[route] ?? 0)} ${route}`);
  if (asked.length > 0) console.log(`requests to ${service}: ${asked.join(", ")}`);
}
