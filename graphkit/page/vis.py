"""The library vis-network as pyvis ships it, without what a page never runs.

A page that is e-mailed pays for every byte, and of the library it needs little: nodes of a few shapes, straight and
bent lines with arrows, the pointer, and what part of the drawing is in view.
"""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

_FILE = "templates/lib/vis-9.1.2/vis-network.min.js"
_SHA256 = "f3c1229464749a6f5a80c80867189edfdc0198be0d015c3d770aff196cb6c0a1"
_CHANGED = (
    "Changed: its physics, layouts, labels, clusters, tooltips, buttons, edit mode, option editor and checks, "
    "pictures, readers of other formats and views of data sets are left out."
)
#: Stands for a label: there is none.
_NO_LABEL = (
    "OE=function(){function t(t,e){this.size={top:0,left:0,width:0,height:0,yLine:0},e.label=void 0}"
    "return t.prototype.update=function(t){t.label=void 0},t.prototype.getTextSize=t.prototype.calculateLabelSize="
    "t.prototype.differentState=t.prototype.visible=t.prototype.draw=function(){},t}()"
)
#: Stands for the physics: nodes are where they were placed.
_NO_PHYSICS = (
    'xC=function(){function t(t){var e=t.emitter,i=!1;e.on("initPhysics",(function(){i=!0,e.emit("fit")})),'
    'e.on("startSimulation",(function(){i&&e.emit("_redraw")}))}'
    "return t.prototype.setOptions=function(){},t}()"
)
_NO_GROUPS = "tk=function(){function t(){}return t.prototype.setOptions=t.prototype.get=function(){},t}()"
_NO_CLUSTERS = (
    "SC=function(){function t(){}return t.prototype._updateState=t.prototype._isClusteredNode="
    "t.prototype._isClusteredEdge=function(){return!1},t}()"
)
_NO_BUTTONS = "RC=function(){function t(){}return t.prototype.setOptions=function(){},t}()"
_NO_LAYOUT = (
    "sT=function(){function t(){this.options={}}return t.prototype.positionInitially=function(){},"
    "t.prototype.setOptions=function(t,e){return e},t}()"
)
_NO_EDITING = "lT=function(){function t(){this.options={}}return t.prototype.setOptions=function(){},t}()"
#: First and following text of what is left out, in their order, and what stands there instead.
_UNUSED = (
    # random numbers
    ("function jy(){", 'var Hy="undefined"', ""),
    # colours by name, the option editor and its parts, tooltips, the check of options
    ("Pm={black:", ",Rm=Wy", "Pm,Dm,zm,Nm,Am,jm"),
    # helpers for callers, readers of DOT and Gephi, languages of the toolbar
    ("Ym=Object.freeze({__proto__:null,Activator:", ";var Mb=function", "Ym={},Eb,Cb,Tb={en:{}}"),
    # pictures
    ("Mb=function(){function t(){Yd(this,t),this.NUM_ITERATIONS", ",Db={exports:", "Pb=function(){}"),
    ("tk=function(){function t(){Yd(this,t),this.clear()", ';_i({target:"Number"', _NO_GROUPS),
    # generators; pipes, streams and views of data sets
    ("jk={exports:{}};", "Lk=xt,", ""),
    ('qx=function(){function t(e,i,n){var o,r,s;Yd(this,t),$d(this,"_source"', ";function Ux(t)", "Vx"),
    ('var Gx=function(){function t(e){Yd(this,t),$d(this,"_pairs"', "var Kx=function(", ""),
    ('{key:"stream",value:function(t){if(t)', "]),i}(Xx),$x=", '{key:"stream",value:function(){}}'),
    (",$x=function(t){zk(i,t);var e=Lx(i)", ";function Zx(", ""),
    ("var Jx=Object.freeze({__proto__:null,DELETE:", "tE=n,eE=o", "var "),
    ("wE=function(){function t(e){Yd(this,t),this.measureText", ",CE=function(){", _NO_LABEL),
    # boxes, circles and round pictures, shapes of callers, databases, ellipses, icons, pictures, texts as nodes
    ("function SE(t){", "function NE(t){", "var TE,IE,zE;"),
    ("function AE(t,e){", "function qE(t){", "var LE,WE;"),
    ("function XE(t){", "function JE(t){", "var GE,$E,QE;"),
    ("function rO(t){", "function aO(t){", "var sO;"),
    # ends of lines that are no arrows, lines that physics bends, lines with two bends
    ("NO=function(t){", "FO=function(t){", ""),
    ("AO=function(){", ";function GO(t,e)", "XO=FO"),
    ("function eC(t){", "function nC(t){", "function iC(){}"),
    ("function rC(t){", "function lC(t){", "function hC(){}"),
    ("fC=function(){function t(e,i,n){Yd(this,t),this.body=e,this.physicsBody=i,", ",EC=function(){", _NO_PHYSICS),
    ("function OC(t){", ";function TC(t,e)", f"var {_NO_CLUSTERS}"),
    # the library's own keys, its buttons
    ("function AC(t){", ";function LC(t,e)", f"var {_NO_BUTTONS}"),
    # layouts, and the sorting that they need
    (",WS={};!function(t){", ";function aT(t,e)", f",{_NO_LAYOUT}"),
    ("lT=function(){function", ',dT="string"', _NO_EDITING),
    ("gT={borderWidth:", ",bT=function(t,e,i)", "gT={},yT={},mT={}"),
    ("kT=function(){function t(){Yd(this,t)}return Kd(t,[{", ";function xT(t,e,i)", "_T=function(){}"),
    ("function ET(t){", "Wn(xT.prototype),", ""),
    ("!0===Um.validate(t,yT)&&", 'console.error("%cErrors', "0&&"),
    # what else a network can be asked for
    ("xT.prototype.findNode=", "xT.prototype.getPosition=", ""),
    ("xT.prototype.storePositions=", "xT.prototype.getNodeAt=", ""),
    ("xT.prototype.getEdgeAt=", "xT.prototype.unselectAll=", ""),
    ("xT.prototype.fit=", "xT.prototype.moveTo=", ""),
    (",xT.prototype.focus=", ";var ST=", ""),
    ("var ST=Object.freeze(", 'Object.defineProperty(t,"__esModule"', "t.DataSet=Kx,t.Network=xT,"),
)


@functools.cache
def read_vis() -> str:
    """Return the library without what a page never runs; whole where pyvis ships another version."""
    import pyvis

    text = (Path(pyvis.__file__).parent / _FILE).read_text("utf-8").replace("\r\n", "\n")
    if hashlib.sha256(text.encode()).hexdigest() == _SHA256:
        for start, end, instead in _UNUSED:
            head, _, tail = text.partition(start)
            text = head + instead + tail[tail.index(end) :]
        text = text.replace(" * @license\n", f" * {_CHANGED}\n *\n * @license\n", 1)
    return re.sub(r"\n//# sourceMappingURL=\S*\s*\Z", "\n", text)
