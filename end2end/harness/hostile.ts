import type { Page } from "@playwright/test";
import { existsSync, readFileSync } from "node:fs";

const own = new URL("../fixtures/hostile.json", import.meta.url);
const shared = new URL("../../../shared/data/security/payloads.json", import.meta.url);

/** Hostile texts by others, where they are at hand, and our own. */
const corpus = (): string[] => {
  const texts = JSON.parse(readFileSync(own, "utf8")) as string[];
  if (!existsSync(shared)) return texts;
  const kinds = JSON.parse(readFileSync(shared, "utf8")) as Record<string, string[]>;
  return [...texts, ...Object.values(kinds).flat()].filter((text) => text.trim() !== "" && text.length <= 1_000);
};

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
const random = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

const schemes = ["javascript:window.pwned=1", "JaVaScRiPt:window.pwned=1", "java\tscript:window.pwned=1", "vbscript:x", "data:text/html,<script>window.pwned=1</script>", "//foreign.example/", "/\\foreign.example/", "https://foreign.example/?q=", "http:foreign.example", "blob:x", "file:///etc/passwd"];
const around: [string, string][] = [
  ['"><', ">"], ["'>", "<'"], ["</textarea>", ""], ["</title>", ""], ["</script>", "<script>window.pwned=1</script>"], ["-->", "<!--"], ["<!--", "-->"], ["]]>", ""], ["<![CDATA[", "]]>"],
  ["[", "](javascript:window.pwned=1)"], ["[x](", ")"], ["![", "](https://foreign.example/i.png)"], ["![x](", ")"], ["<", ">"], ["`", "`"], ["```html\n", "\n```"], ["> ", ""], ["- ", ""], ["# ", ""], ["| a |\n|---|\n| ", " |"], ["**", "**"],
  ["[x]: ", "\n\n[x]"], ["<a href='", "'>x</a>"], ["<img src=x onerror='", "'>"], ["<svg><style>", "</style></svg>"], ["<math><mtext>", "</mtext></math>"], ["<template>", "</template>"], ["<noscript><p title='", "'></noscript>"], ["{{", "}}"], ["$274.30 ", " $1,234.56"],
];
const inserted = ["\u0000", "\u200b", "\u202e", "\u00ad", "\ufeff", "\t", "\n", "\r", "/**/", "&#x09;", "%0a", "\\", "\ud800", "\u2028", "&NewLine;", "&colon;"];

/** One text made other in one to three ways. */
const mutated = (texts: string[], next: () => number): string => {
  const pick = <T>(list: T[]): T => list[Math.floor(next() * list.length)] as T;
  const at = (text: string): number => Math.floor(next() * (text.length + 1));
  const ways: ((text: string) => string)[] = [
    (text) => text.replace(/[a-z]/gi, (letter) => (next() < 0.5 ? letter.toUpperCase() : letter.toLowerCase())),
    (text) => text.replace(/[<>"'&:(]/g, (mark) => (next() < 0.3 ? `&#${next() < 0.5 ? `x${mark.charCodeAt(0).toString(16)}` : `00${mark.charCodeAt(0)}`}${next() < 0.7 ? ";" : ""}` : mark)),
    (text) => {
      const [before, behind] = pick(around);
      return before + text + behind;
    },
    (text) => {
      const place = at(text);
      return text.slice(0, place) + pick(inserted) + text.slice(place);
    },
    (text) => text + pick(["", " ", "\n", "\n\n"]) + pick(texts),
    (text) => text.slice(0, at(text)) + pick(texts).slice(at(text)),
    (text) => text.replace(/(javascript|vbscript|data|https?):[^\s"'>)]*/gi, () => pick(schemes)),
    (text) => text.replace(/(alert|prompt|confirm|eval)\s*\([^)]*\)|alert`[^`]*`/gi, "window.pwned=1"),
    (text) => text.replaceAll("<", "<<").replaceAll("=", " = "),
    (text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "")),
  ];
  let text = pick(texts);
  for (let times = 1 + Math.floor(next() * 3); times > 0; times -= 1) text = pick(ways)(text);
  return text.slice(0, 1_500);
};

/** So many hostile texts, no two alike: the corpus in an order of the seed, and what becomes of it. */
export const hostileTexts = (count: number, seed: number): string[] => {
  const [texts, next] = [corpus(), random(seed)];
  // A lone half of a pair cannot be sent: the encoder would put another character in its place.
  const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");
  const found = new Set(texts.map((text) => [next(), whole(text)] as const).sort(([one], [other]) => one - other).slice(0, Math.ceil(count / 3)).map(([, text]) => text));
  while (found.size < count) {
    const text = whole(mutated(texts, next));
    if (text.trim() !== "") found.add(text);
  }
  return [...found];
};

/** What a page holds that could act: code, things that load, links and forms that leave the app. */
export const offences = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    if ("pwned" in window) found.push("a script ran");
    const isOwn = (address: string): boolean => {
      const url = new URL(address, document.baseURI);
      return url.origin === location.origin && url.protocol === "http:";
    };
    const tell = (why: string, element: Element): void => void found.push(`${why}: ${element.outerHTML.slice(0, 300)}`);
    for (const element of document.querySelectorAll("*")) {
      const name = element.localName;
      if (["iframe", "frame", "object", "embed", "applet", "base", "img", "picture", "video", "audio", "source", "track", "style", "marquee", "math", "portal"].includes(name)) tell(`a <${name}>`, element);
      if (name === "script" && !(element as HTMLScriptElement).nonce) tell("a script", element);
      if (name === "meta" && element.hasAttribute("http-equiv")) tell("an order to the browser", element);
      for (const { name: attribute, value } of element.attributes) {
        if (attribute.startsWith("on")) tell("a handler", element);
        // The list's own script says how far its window is down the page.
        if (attribute === "style" && /^(--rows-(before|after): [\d.]+px;\s*)*$/.test(value)) continue;
        if (["style", "srcdoc", "srcset", "ping", "background", "poster", "autofocus"].includes(attribute) && element.id !== "composer-text") tell(attribute, element);
        const leads = ["href", "src", "action", "formaction", "xlink:href", "data", "cite", "longdesc", "manifest"].includes(attribute);
        if (leads && !isOwn(value)) tell("leads elsewhere", element);
      }
    }
    return found;
  });
