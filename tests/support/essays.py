"""Made-up papers: their text, and documents as Word, WPS and LibreOffice write them."""

from __future__ import annotations

import io
import random
import zipfile
from functools import cache
from pathlib import Path

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

WORDS = (
    "市场 品牌 价格 店员 货架 会员 订单 物流 包裹 客服 电话 微信 问卷 访谈 数据 报表 季度 学期 食堂 宿舍 超市 奶茶 咖啡 书店 影院 健身 理发 地铁 公交 航班 "
    "酒店 手机 电脑 软件 平台 主播 商家 优惠 积分 礼品 退货 换货 维修 保修 排队 等候 预约 抱怨 道歉 赔偿 感谢 回访 承诺 兑现 失望 惊喜 平淡 期待 比较 选择 "
    "离开 留下 返回 推荐 分享 评论 打分 差评 好评 观察 记录 统计 抽样 平均 比例 增长 下降 波动 原因 结果 影响 条件 假设 证据 反例 结论 建议 措施 培训 激励 "
    "流程 制度 文化 领导 团队 沟通 反馈 改进 创新 质量 速度 安全 环境 气味 灯光 音乐 包装 颜色 味道 分量 温度 距离 时间 精力 金钱 面子 情感 信任 习惯 惰性 "
    "替代 对手 垄断 区域 城市 乡镇 老人 青年 学生 教师 家庭 朋友 邻居 同事 上司 供应 采购 合同 谈判 账期 利润 成本 收入 投资 风险 机会 未来 过去 现在 常常 偶尔 "
    "首先 其次 然而 因此 例如 尤其 甚至 几乎 完全 部分 少数 多数 主动 被动 公开 私下 长期 短期 直接 间接 明显 模糊 真实 虚假 简单 复杂 重要 次要"
).split()
HEADINGS = (
    (1, "一、引言"), (1, "二、怎样理解客户"), (2, "（一）外部客户"), (2, "（二）内部客户"), (1, "三、满意是怎样形成的"), (2, "（一）期望"), (2, "（二）实绩"),
    (1, "四、怎样发展互动"), (1, "五、结论"),
)  # fmt: skip
PARAGRAPHS_A_HEADING, SENTENCES, WORDS_A_SENTENCE = 2, 6, 12


def sentence(chance: random.Random) -> str:
    words = [chance.choice(WORDS) for _ in range(WORDS_A_SENTENCE)]
    return "".join(words[:6]) + "，" + "".join(words[6:]) + "。"


def text(seed: int, *, sentences: int = SENTENCES) -> list[tuple[int, str]]:
    """A paper of some 3,000 characters that shares nothing with one of another seed: headings (level 1, 2) and paragraphs (0)."""
    chance = random.Random(seed)
    found: list[tuple[int, str]] = []
    for level, heading in HEADINGS:
        found.append((level, heading))
        found += [(0, "".join(sentence(chance) for _ in range(sentences))) for _ in range(PARAGRAPHS_A_HEADING)]
    return found


def synonyms(parts: list[tuple[int, str]], seed: int, *, one_in: int = 8) -> list[tuple[int, str]]:
    """The same paper with every eighth word or so put in other words."""
    chance = random.Random(seed)

    def changed(paragraph: str) -> str:
        pieces = [paragraph[place : place + 2] for place in range(0, len(paragraph), 2)]
        return "".join(chance.choice(WORDS) if chance.randrange(one_in) == 0 and piece in WORDS else piece for piece in pieces)

    return [(level, paragraph if level else "，".join(changed(piece) for piece in paragraph.split("，"))) for level, paragraph in parts]


# ---- documents -----------------------------------------------------------------------------------------------


@cache
def _few_styles() -> bytes:
    """python-docx's own document without the styles that no paper here has: they cost most of making, writing and reading one."""
    document = docx.Document()
    for style in document.styles.element.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in ("Normal", "Title", "Heading1", "Heading2", "DefaultParagraphFont", "TableNormal", "NoList"):
            style.getparent().remove(style)
    return as_bytes(document)


def blank() -> docx.document.Document:
    """An empty document."""
    return docx.Document(io.BytesIO(_few_styles()))


def word(
    parts, *, contents: str = "automatic", listed=None, title: str = "满意的客户就是忠诚的客户吗", name: str = "", every_style: bool = False
) -> docx.document.Document:
    """As Word writes it: heading styles, and a contents list that is automatic, typed, typed with pages, or missing."""
    document = docx.Document() if every_style else blank()
    document.add_paragraph(title, style="Title")
    if name:
        document.add_paragraph(f"姓名：{name}　学号：2024{sum(map(ord, name)):06d}")
    entries = listed if listed is not None else [(level, heading) for level, heading in parts if level]
    if contents == "automatic":
        field_of_contents(document, entries)
    elif contents:
        document.add_paragraph("目　录")
        for page, (level, entry) in enumerate(entries, start=1):
            document.add_paragraph("  " * (level - 1) + entry + {"typed": "", "dots": f"……………………{page}", "tab": f"\t{page}", "space": f" {page}"}[contents])
        document.paragraphs[-1].add_run().add_break(docx.enum.text.WD_BREAK.PAGE)
    for level, paragraph in parts:
        document.add_heading(paragraph, level) if level else document.add_paragraph(paragraph)
    return document


def field_of_contents(document, entries) -> None:
    """The block that Word's References, Table of Contents puts in: a field whose result stands in paragraphs TOC 1, TOC 2."""
    for level in (1, 2):
        if f"toc {level}" not in [style.name for style in document.styles]:
            document.styles.add_style(f"toc {level}", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH).element.set(qn("w:styleId"), f"TOC{level}")
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>{_BEGIN if place == 0 else ""}<w:hyperlink w:anchor="_Toc{place}"><w:r><w:t>{entry}</w:t></w:r>'
        f'<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGEREF _Toc{place} \\h </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{place + 1}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:hyperlink></w:p>'
        for place, (level, entry) in enumerate(entries)
    )
    block = parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
        f'<w:sdtContent><w:p><w:r><w:t>目录</w:t></w:r></w:p>{lines}<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:sdtContent></w:sdt>'
    )
    document.element.body.insert(len(document.element.body) - 1, block)


_BEGIN = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" \\h \\z \\u </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)


def rename_styles(document, names: dict[str, tuple[str, str]]) -> None:
    """Give styles the ids and names of another program: {"Heading 1": ("2", "heading 1")}."""
    ids = {}
    for style in document.styles.element.findall(qn("w:style")):
        shown = style.find(qn("w:name"))
        if shown.get(qn("w:val")) in names or shown.get(qn("w:val")).title() in names:
            id, name = names.get(shown.get(qn("w:val"))) or names[shown.get(qn("w:val")).title()]
            ids[style.get(qn("w:styleId"))] = id
            style.set(qn("w:styleId"), id)
            shown.set(qn("w:val"), name)
    for used in document.element.body.iter(qn("w:pStyle")):
        used.set(qn("w:val"), ids.get(used.get(qn("w:val")), used.get(qn("w:val"))))


def plain(parts, *, contents: str = "typed") -> docx.document.Document:
    """Without any style: headings are known by their numbers alone."""
    document = blank()
    if contents:
        document.add_paragraph("目录")
        for page, entry in enumerate((text for level, text in parts if level), start=1):
            document.add_paragraph(f"{entry}……{page}")
    for _, paragraph in parts:
        document.add_paragraph(paragraph)
    return document


def as_bytes(document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def save(document, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(document if isinstance(document, bytes) else as_bytes(document))
    return path


def conceal(paragraph, words: str, **properties: str) -> None:
    """A run that nobody sees: ``vanish``, ``color`` or ``sz``."""
    run = paragraph.add_run(words)
    for name, value in properties.items():
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        run._r.get_or_add_rPr().append(element)


def text_box(words: str):
    """A paragraph with a text box as Word 2010 and later write it: once for itself, once for older readers."""
    inside = f"<w:txbxContent><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:txbxContent>"
    return parse_xml(
        f'<w:p {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml">'
        f"<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def picture(document) -> None:
    """A small picture that fills the page as a scan would."""
    import struct
    import zlib

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    document.add_picture(io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00\xff")) + chunk(b"IEND", b"")))


def rewritten(content: bytes, changes: dict[str, bytes | None]) -> bytes:
    """An archive with parts changed, added or taken out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part not in changes:
                new.writestr(part, old.read(part))
        for part, data in changes.items():
            if data is not None:
                new.writestr(part, data)
    return stream.getvalue()


def compound_file(*names: str) -> bytes:
    """The beginning of an old binary file with the names of its streams."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(name.encode("utf-16-le") + bytes(8) for name in names) + bytes(512)


def markdown(parts, *, contents: bool = True) -> str:
    lines = ["# 满意的客户就是忠诚的客户吗", ""]
    if contents:
        lines += ["**目录**", "", *[f"{'  ' * (level - 1)}- [{heading}](#{place})" for place, (level, heading) in enumerate(parts) if level], ""]
    for level, paragraph in parts:
        lines += [f"{'#' * (level + 1)} {paragraph}" if level else paragraph, ""]
    return "\n".join(lines)


def plain_text(text: str) -> str:
    """Letters and characters alone."""
    return "".join(letter for letter in text if letter.isalnum())
