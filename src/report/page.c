#include "report/page.h"

#include "base/file.h"
#include "report/page_style.h"
#include "report/text.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character that begins at p, at least one; 0 where none does, or XML knows no such character. */
static int character_length(const unsigned char *p)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0x20}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (int length = 1; length <= 4; length++) {
        if ((p[0] & forms[length - 1].mask) != forms[length - 1].lead) continue;
        uint32_t code = p[0] & (unsigned char)~forms[length - 1].mask;
        for (int i = 1; i < length; i++) {
            if ((p[i] & 0xc0) != 0x80) return 0;
            code = code << 6 | (p[i] & 0x3f);
        }
        const int form = code >= forms[length - 1].least || code == '\n', surrogate = code >= 0xd800 && code <= 0xdfff;
        return form && !surrogate && code != 0x7f && (code | 1) != 0xffff && code <= 0x10ffff ? length : 0;
    }
    return 0;
}

/* The sign that formulas have for the relation of plain text at p, where it is a word of its own; NULL: there is none. */
static const char *sign_at(const char *text, const char *p)
{
    static const char *const signs[][2] = {{"<=", "&#x2264;"}, {">=", "&#x2265;"}, {"<~", "&#x2272;"}};
    if (p > text && isalnum((unsigned char)p[-1])) return NULL;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(p, signs[i][0], 2) == 0) return isalnum((unsigned char)p[2]) ? NULL : signs[i][1];
    return NULL;
}

static void put_text(FILE *out, const char *text, int with_signs)
{
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        const char *sign = with_signs ? sign_at(text, (const char *)p) : NULL;
        const int length = sign ? 2 : character_length(p);
        if (sign) fputs(sign, out);
        else if (*p == '&') fputs("&amp;", out);
        else if (*p == '<') fputs("&lt;", out);
        else if (*p == '>') fputs("&gt;", out);
        else if (*p == '"') fputs("&quot;", out);
        else if (*p == '\t') fputs("&#160;", out);
        else if (length == 0) fputs("&#xfffd;", out);
        else fwrite(p, 1, (size_t)length, out);
        p += length > 0 ? length : 1;
    }
}

void sb_page_text(FILE *out, const char *text)
{
    put_text(out, text, 0);
}

void sb_page_words(FILE *out, const char *text)
{
    put_text(out, text, 1);
}

void sb_page_element(FILE *out, const char *name, const char *text)
{
    fprintf(out, "<%s>", name);
    sb_page_text(out, text);
    fprintf(out, "</%s>", name);
}

void sb_page_number(FILE *out, double x, int digits)
{
    if (isfinite(x)) fprintf(out, "<data value=\"%.17g\">%s</data>", x, sb_text_double(x, digits).s);
    else fputs(sb_text_double(x, digits).s, out);
}

void sb_page_title(FILE *out, const char *title)
{
    fputs("<h2 id=\"", out);
    for (const char *p = title; *p; p++) fputc(isalnum((unsigned char)*p) ? tolower((unsigned char)*p) : '-', out);
    fputs("\">", out);
    sb_page_text(out, title);
    fputs("</h2>\n", out);
}

static void put_base64(FILE *out, const unsigned char *bytes, size_t count)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        const size_t left = count - i;
        const uint32_t word =
            (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0u);
        fputc(digit[word >> 18], out);
        fputc(digit[word >> 12 & 63], out);
        fputc(left > 1 ? digit[word >> 6 & 63] : '=', out);
        fputc(left > 2 ? digit[word & 63] : '=', out);
    }
}

static void put_picture(FILE *out, const char *kind, const char *type, const char *bytes, size_t count, const char *name,
                        const char *caption)
{
    fprintf(out, "<figure class=\"%s\"><div><img alt=\"", kind);
    sb_page_text(out, name);
    fprintf(out, "\" src=\"data:image/%s;base64,", type);
    put_base64(out, (const unsigned char *)bytes, count);
    fputs("\"/></div>", out);
    if (caption) sb_page_element(out, "figcaption", caption);
    fputs("</figure>\n", out);
}

void sb_page_svg(FILE *out, const char *kind, const char *svg, const char *name, const char *caption)
{
    put_picture(out, kind, "svg+xml", svg, strlen(svg), name, caption);
}

sb_status sb_page_file(sb_context *ctx, FILE *out, const char *kind, const char *path, const char *name, const char *caption)
{
    sb_status st = SB_OK;
    char *bytes = NULL;
    size_t count;
    const char *end = strrchr(path, '.');
    SB_TRY(sb_file_read(ctx, path, &bytes, &count));
    put_picture(out, kind, end && strcmp(end, ".svg") == 0 ? "svg+xml" : "png", bytes, count, name, caption);
done:
    free(bytes);
    return st;
}

sb_status sb_page_begin(sb_context *ctx, sb_page *page)
{
    sb_status st = SB_OK;
    *page = (sb_page){0};
    page->body = open_memstream(&page->text, &page->length);
    SB_REQUIRE(page->body, SB_ENOMEM, "out of memory for a page");
done:
    return st;
}

void sb_page_drop(sb_page *page)
{
    if (page->body) fclose(page->body);
    free(page->text);
    *page = (sb_page){0};
}

/* Links to the titles, which sb_page_title has written in one form. */
static void put_contents(FILE *out, const char *body)
{
    static const char mark[] = "<h2 id=\"";
    int count = 0;
    for (const char *p = body; (p = strstr(p, mark)); p += sizeof mark - 1) count++;
    if (count <= 2) return;
    fputs("<nav>", out);
    for (const char *p = body; (p = strstr(p, mark));) {
        const char *id = p + sizeof mark - 1, *text = strchr(id, '>') + 1;
        p = strstr(text, "</h2>");
        fprintf(out, "<a href=\"#%.*s\">%.*s</a> ", (int)strcspn(id, "\""), id, (int)(p - text), text);
    }
    fputs("</nav>\n", out);
}

static void put_whole(FILE *out, const char *title, const char *body)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta name=\"color-scheme\" content=\"light "
          "dark\"/>",
          out);
    sb_page_element(out, "title", title);
    fprintf(out, "<style>%s</style><script>%s</script></head><body>\n", sb_page_style, sb_page_script);
    sb_page_element(out, "h1", title);
    fputc('\n', out);
    put_contents(out, body);
    fprintf(out, "%s</body></html>\n", body);
}

sb_status sb_page_end(sb_context *ctx, sb_page *page, const char *title, char **html)
{
    sb_status st = SB_OK;
    size_t length;
    const int closed = fclose(page->body) == 0;
    FILE *out = NULL;
    *html = NULL;
    page->body = NULL;
    SB_REQUIRE(closed && (out = open_memstream(html, &length)), SB_ENOMEM, "out of memory for a page");
    put_whole(out, title, page->text);
    const int whole = fclose(out) == 0;
    if (!whole) {
        free(*html);
        *html = NULL;
    }
    SB_REQUIRE(whole, SB_ENOMEM, "out of memory for a page");
done:
    sb_page_drop(page);
    return st;
}
