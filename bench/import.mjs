// 100,000 rows through the API, then the first question on them.
import { ask, median, post, startLakeledger } from "./lib.mjs";

const payees = ["TRADER JOES #552", "WHOLE FOODS MKT", "SHELL OIL 57444", "NETFLIX.COM", "CITY WATER", "CORNER CAFE", "PHARMACY 12", "BOOKSHOP"];

/** A CSV of `rows` bookings over eleven years. */
export const statement = (rows) => {
  const lines = ["Date,Description,Amount"];
  const aDay = rows / 4_000;
  const day = new Date(Date.UTC(2015, 0, 1));
  for (let row = 0; row < rows; row += 1) {
    if (row % aDay === 0 && row > 0) day.setUTCDate(day.getUTCDate() + 1);
    const amount = row % 50 === 49 ? `${2500 + (row % 700)}.00` : `-${1 + (row % 180)}.${String(row % 100).padStart(2, "0")}`;
    lines.push(`${day.toISOString().slice(0, 10)},${row % 50 === 49 ? "PAYROLL NORTHWIND" : payees[row % payees.length]} ${row % 997},${amount}`);
  }
  return lines.join("\n");
};

/** Imports a statement of so many rows. */
export const importRows = async (url, rows, bytes = new Blob([statement(rows)], { type: "text/csv" })) => {
  const form = new FormData();
  form.append("file", bytes, "everything.csv");
  const { imported } = await post(`${url}/api/v1/imports`, form);
  if (imported !== rows) throw new Error(`${imported} of ${rows} rows were imported`);
};

export const measureImport = async (rounds = 5) => {
  const rows = 100_000;
  const bytes = new Blob([statement(rows)], { type: "text/csv" });
  const imports = [];
  const questions = [];
  for (let round = 0; round < rounds; round += 1) {
    const server = await startLakeledger();
    const before = performance.now();
    await importRows(server.url, rows, bytes);
    imports.push(performance.now() - before);
    const chat = await post(`${server.url}/api/v1/chats`, {});
    const asked = performance.now();
    await ask(server.url, chat.id, "How much did I spend on groceries in 2016?");
    questions.push(performance.now() - asked);
    await server.stop();
  }
  return { importMs: median(imports), questionMs: median(questions) };
};
