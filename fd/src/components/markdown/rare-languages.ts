// Less frequent languages for highlight.tsx. Loaded together, with the first code block that names none of the usual ones.
import apache from "highlight.js/lib/languages/apache";
import applescript from "highlight.js/lib/languages/applescript";
import arduino from "highlight.js/lib/languages/arduino";
import armasm from "highlight.js/lib/languages/armasm";
import asciidoc from "highlight.js/lib/languages/asciidoc";
import awk from "highlight.js/lib/languages/awk";
import clojure from "highlight.js/lib/languages/clojure";
import cmake from "highlight.js/lib/languages/cmake";
import coffeescript from "highlight.js/lib/languages/coffeescript";
import crystal from "highlight.js/lib/languages/crystal";
import d from "highlight.js/lib/languages/d";
import dart from "highlight.js/lib/languages/dart";
import delphi from "highlight.js/lib/languages/delphi";
import django from "highlight.js/lib/languages/django";
import dos from "highlight.js/lib/languages/dos";
import elixir from "highlight.js/lib/languages/elixir";
import elm from "highlight.js/lib/languages/elm";
import erlang from "highlight.js/lib/languages/erlang";
import fortran from "highlight.js/lib/languages/fortran";
import fsharp from "highlight.js/lib/languages/fsharp";
import glsl from "highlight.js/lib/languages/glsl";
import gradle from "highlight.js/lib/languages/gradle";
import graphql from "highlight.js/lib/languages/graphql";
import groovy from "highlight.js/lib/languages/groovy";
import haskell from "highlight.js/lib/languages/haskell";
import haxe from "highlight.js/lib/languages/haxe";
import http from "highlight.js/lib/languages/http";
import julia from "highlight.js/lib/languages/julia";
import latex from "highlight.js/lib/languages/latex";
import less from "highlight.js/lib/languages/less";
import lisp from "highlight.js/lib/languages/lisp";
import llvm from "highlight.js/lib/languages/llvm";
import matlab from "highlight.js/lib/languages/matlab";
import nginx from "highlight.js/lib/languages/nginx";
import nim from "highlight.js/lib/languages/nim";
import nix from "highlight.js/lib/languages/nix";
import objectivec from "highlight.js/lib/languages/objectivec";
import ocaml from "highlight.js/lib/languages/ocaml";
import perl from "highlight.js/lib/languages/perl";
import pgsql from "highlight.js/lib/languages/pgsql";
import powershell from "highlight.js/lib/languages/powershell";
import prolog from "highlight.js/lib/languages/prolog";
import properties from "highlight.js/lib/languages/properties";
import protobuf from "highlight.js/lib/languages/protobuf";
import puppet from "highlight.js/lib/languages/puppet";
import r from "highlight.js/lib/languages/r";
import reasonml from "highlight.js/lib/languages/reasonml";
import scala from "highlight.js/lib/languages/scala";
import scheme from "highlight.js/lib/languages/scheme";
import smalltalk from "highlight.js/lib/languages/smalltalk";
import stata from "highlight.js/lib/languages/stata";
import stylus from "highlight.js/lib/languages/stylus";
import tcl from "highlight.js/lib/languages/tcl";
import thrift from "highlight.js/lib/languages/thrift";
import twig from "highlight.js/lib/languages/twig";
import vbnet from "highlight.js/lib/languages/vbnet";
import vbscript from "highlight.js/lib/languages/vbscript";
import verilog from "highlight.js/lib/languages/verilog";
import vhdl from "highlight.js/lib/languages/vhdl";
import vim from "highlight.js/lib/languages/vim";
import wasm from "highlight.js/lib/languages/wasm";
import wren from "highlight.js/lib/languages/wren";
import x86asm from "highlight.js/lib/languages/x86asm";

export const RARE_LANGUAGES = {
  apache,
  applescript,
  arduino,
  armasm,
  asciidoc,
  awk,
  clojure,
  cmake,
  coffeescript,
  crystal,
  d,
  dart,
  delphi,
  django,
  dos,
  elixir,
  elm,
  erlang,
  fortran,
  fsharp,
  glsl,
  gradle,
  graphql,
  groovy,
  haskell,
  haxe,
  http,
  julia,
  latex,
  less,
  lisp,
  llvm,
  matlab,
  nginx,
  nim,
  nix,
  objectivec,
  ocaml,
  perl,
  pgsql,
  powershell,
  prolog,
  properties,
  protobuf,
  puppet,
  r,
  reasonml,
  scala,
  scheme,
  smalltalk,
  stata,
  stylus,
  tcl,
  thrift,
  twig,
  vbnet,
  vbscript,
  verilog,
  vhdl,
  vim,
  wasm,
  wren,
  x86asm,
} as const;

/** Aliases of these languages, in addition to those that each language defines itself. */
export const RARE_ALIASES: Readonly<Partial<Record<keyof typeof RARE_LANGUAGES, string>>> = {
  dos: "batchfile",
  elixir: "heex",
  latex: "bibtex",
  lisp: "commonlisp elisp common-lisp emacs-lisp",
  matlab: "octave",
  objectivec: "objective-c objective-c++",
  ocaml: "reason",
  powershell: "pwsh ps1 psm1",
  r: "rscript splus",
  verilog: "systemverilog",
  vbnet: "visual-basic vba",
  vim: "vimscript viml",
  wasm: "wat webassembly",
  x86asm: "asm assembly nasm",
};
