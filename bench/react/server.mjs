// The chat page by React 19: renderToPipeableStream behind express, its messages already in memory (no database read).
// Usage: node server.mjs MESSAGES.json PORT, where the file holds what GET /api/v1/chats/{id}/messages answers.
import { readFileSync } from "node:fs";
import express from "express";
import { createElement as h } from "react";
import { renderToPipeableStream } from "react-dom/server";

const [file, port] = process.argv.slice(2);
const messages = JSON.parse(readFileSync(file, "utf8")).items;

const cellText = (cell) => String(cell.text ?? cell.count ?? cell.percent ?? cell.date ?? `${cell.money?.amount} ${cell.money?.currency}`);
const Paragraph = ({ markdown }) => h("p", null, markdown.split("**").map((text, index) => (index % 2 ? h("strong", { key: index }, text) : text)));
const TableView = ({ table }) =>
  h("figure", null,
    h("figcaption", null, table.title),
    h("table", null,
      h("thead", null, h("tr", null, table.columns.map((column) => h("th", { key: column.name, scope: "col", className: column.align }, column.name)))),
      h("tbody", null, table.rows.map((row, index) =>
        h("tr", { key: index }, row.map((cell, column) =>
          h("td", { key: column }, cell.money ? h("a", { href: "/money" }, cellText(cell)) : cellText(cell))))))));
const ChartView = ({ chart }) => {
  const highest = Math.max(1, ...chart.points.map((point) => Math.abs(Number(point.value))));
  return h("figure", null,
    h("figcaption", null, chart.title),
    h("svg", { viewBox: `0 0 ${chart.points.length * 40} 120`, role: "img", "aria-label": chart.title },
      chart.points.map((point, index) => {
        const height = (100 * Math.abs(Number(point.value))) / highest;
        return h("g", { key: index },
          h("rect", { x: index * 40 + 4, y: 100 - height, width: 32, height }),
          h("text", { x: index * 40 + 20, y: 114 }, point.label));
      })));
};
const PartView = ({ part }) => {
  switch (part.type) {
    case "text": return h(Paragraph, { markdown: part.markdown });
    case "table": return h(TableView, { table: part });
    case "chart": return h(ChartView, { chart: part });
    case "notice": return h("p", { role: "note" }, part.text);
    default: return h("details", null, h("summary", null, part.name), part.summary);
  }
};
const MessageView = ({ message }) =>
  h("article", { className: message.role, id: message.id },
    h("h2", null, message.role === "user" ? "You" : "Lakeledger"),
    message.parts.map((part, index) => h(PartView, { key: index, part })));
const Page = () =>
  h("html", { lang: "en" },
    h("head", null, h("meta", { charSet: "utf-8" }), h("title", null, "Chat"), h("link", { rel: "stylesheet", href: "/style.css" })),
    h("body", null,
      h("nav", null, ["Chat", "Money", "Profile", "Status"].map((name) => h("a", { key: name, href: `/${name}` }, name))),
      h("main", null, messages.map((message) => h(MessageView, { key: message.id, message }))),
      h("form", { method: "post" }, h("label", null, "Question", h("textarea", { name: "text" })), h("button", null, "Send"))));

const app = express();
app.disable("x-powered-by");
app.get("/", (_request, response) => {
  const { pipe } = renderToPipeableStream(h(Page), {
    onShellReady() {
      response.setHeader("content-type", "text/html; charset=utf-8");
      pipe(response);
    },
  });
});
app.listen(Number(port), "127.0.0.1");
