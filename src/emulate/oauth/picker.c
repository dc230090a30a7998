/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/picker.h"

#include "emulate/oauth/page.h"
#include "emulate/oauth/redirect_uri.h"
#include "emulate/oauth/scope_words.h"
#include "emulate/state/users.h"
#include "util/utf8.h"

enum {
    USERS_WITHOUT_SEARCH = 8,
    DISC_COLOURS = 8
};

/* Search is an extra that a script brings: without one the page is the plain list. */
static const char search_script[] =
    "const field=document.getElementById('search'),none=document.getElementById('none'),"
    "users=[...document.querySelectorAll('.user')];"
    "field.parentElement.hidden=false;"
    "field.addEventListener('input',()=>{const words=field.value.toLowerCase().split(/\\s+/);"
    "let shown=0;for(const user of users){const text=user.textContent.toLowerCase();"
    "user.parentElement.hidden=!words.every(word=>text.includes(word));"
    "shown+=!user.parentElement.hidden}none.hidden=shown>0});"
    "field.addEventListener('keydown',event=>{if(event.key==='Enter'){event.preventDefault();"
    "const first=users.find(user=>!user.parentElement.hidden);if(first)first.click()}});";

static bool is_choosable(const struct fe_user *user)
{
    return user->kind == FE_USER_HUMAN && !user->inactive;
}

static size_t count_choosable(const struct fe_users *users)
{
    size_t count = 0;
    const struct fe_user *user = NULL;
    for (size_t i = 0; (user = fe_users_at(users, i)) != NULL; i++) {
        count += is_choosable(user);
    }
    return count;
}

static void put_hidden(struct fe_page *page, const char *name, struct fe_slice value)
{
    if (value.len > 0) {
        fe_page_put(page, "<input type=\"hidden\" name=\"");
        fe_page_put(page, name);
        fe_page_put(page, "\" value=\"");
        fe_page_text(page, value);
        fe_page_put(page, "\">\n");
    }
}

static void put_request(struct fe_page *page, const struct fe_sign_in *sign_in)
{
    put_hidden(page, "client_id", sign_in->client->client_id);
    if (sign_in->redirect_uri_given) {
        put_hidden(page, "redirect_uri", sign_in->redirect_uri);
    }
    put_hidden(page, "scope", sign_in->scope_text);
    put_hidden(page, "state", sign_in->state);
    if (sign_in->challenge.len > 0) {
        put_hidden(page, "code_challenge", sign_in->challenge);
        put_hidden(page, "code_challenge_method", FE_SLICE("S256"));
    }
}

/* The first letter of the first word and of the last. */
static void put_initials(struct fe_page *page, struct fe_slice name)
{
    struct fe_slice first = {NULL, 0};
    struct fe_slice last = {NULL, 0};
    struct fe_slice word = {NULL, 0};
    while (fe_slice_split(&name, ' ', &word)) {
        if (word.len > 0) {
            last = first.len > 0 ? word : last;
            first = first.len > 0 ? first : word;
        }
    }
    fe_page_text(page, (struct fe_slice){first.ptr, fe_utf8_length(first)});
    fe_page_text(page, (struct fe_slice){last.ptr, fe_utf8_length(last)});
}

/* The same for a user on every page and in every run. */
static unsigned disc_colour(const struct fe_user *user)
{
    unsigned sum = 0;
    for (size_t i = 0; i < user->id.len; i++) {
        sum = sum * 31 + (unsigned char)user->id.ptr[i];
    }
    return sum % DISC_COLOURS;
}

static void put_user(struct fe_page *page, const struct fe_user *user, bool is_first)
{
    fe_page_put(page, "<li><button class=\"user\" name=\"username\" value=\"");
    fe_page_text(page, user->username);
    fe_page_put(page, is_first ? "\" autofocus>" : "\">");
    (void)fe_buf_printf(page->out, "<span class=\"disc d%u\" aria-hidden=\"true\">",
                        disc_colour(user));
    put_initials(page, user->display_name);
    fe_page_put(page, "</span><span class=\"who\"><span class=\"name\">");
    fe_page_text(page, user->display_name);
    fe_page_put(page, " <span class=\"about\">");
    fe_page_text(page, user->username);
    fe_page_put(page, "</span></span><span class=\"about\">");
    fe_page_text(page, user->email);
    fe_page_put(page, "</span></span></button></li>\n");
}

static void put_users(struct fe_page *page, const struct fe_users *users, size_t count)
{
    if (count == 0) {
        fe_page_put(page, "<p>No active person is seeded: add one to <code>foundry.users</code> "
                          "in the seed file.</p>\n");
        return;
    }
    fe_page_put(page, count > USERS_WITHOUT_SEARCH ? "<ul class=\"users many\">\n"
                                                   : "<ul class=\"users\">\n");
    bool is_first = true;
    const struct fe_user *user = NULL;
    for (size_t i = 0; (user = fe_users_at(users, i)) != NULL; i++) {
        if (is_choosable(user)) {
            put_user(page, user, is_first);
            is_first = false;
        }
    }
    fe_page_put(page, "</ul>\n");
}

static void put_search(struct fe_page *page)
{
    fe_page_put(page, "<label hidden>Search<input id=\"search\" type=\"search\" "
                      "autocomplete=\"off\" spellcheck=\"false\"></label>\n"
                      "<p id=\"none\" class=\"soft\" role=\"status\" hidden>Nobody of that "
                      "name.</p>\n");
}

static void put_scopes(struct fe_page *page, const struct fe_scope *scope)
{
    fe_page_put(page, "<h2>What it asks for</h2>\n<ul class=\"scopes\">\n");
    struct fe_slice rest = scope->words;
    struct fe_slice word = {NULL, 0};
    while (fe_slice_split(&rest, ' ', &word)) {
        fe_page_put(page, "<li>");
        fe_page_text(page, fe_scope_describe(word, fe_exchange_arena(page->x)));
        fe_page_put(page, "<code>");
        fe_page_text(page, word);
        fe_page_put(page, "</code></li>\n");
    }
    if (scope->words.len == 0) {
        fe_page_put(page, scope->all ? "<li>Everything that you may do</li>\n"
                                     : "<li>Who you are, and nothing else</li>\n");
    }
    fe_page_put(page, "</ul>\n");
}

int fe_picker_send(struct fe_exchange *x, const struct fe_users *users,
                   const struct fe_sign_in *sign_in)
{
    struct fe_page page;
    size_t count = count_choosable(users);
    fe_page_begin(&page, x, "Sign in to Foundry");
    page.form_target = fe_redirect_uri_source(sign_in->redirect_uri, fe_exchange_arena(x));
    fe_page_put(&page, "<h1>Sign in to Foundry</h1>\n<p class=\"soft\">Who do you want to be in "
                       "<strong>");
    fe_page_text(&page, sign_in->client->name);
    fe_page_put(&page, "</strong>?</p>\n");
    if (count > USERS_WITHOUT_SEARCH) {
        put_search(&page);
    }
    fe_page_put(&page, "<form method=\"post\" action=\"authorize/callback\">\n");
    put_request(&page, sign_in);
    put_users(&page, users, count);
    put_scopes(&page, &sign_in->scope);
    fe_page_put(&page, "<button class=\"deny\" name=\"decision\" value=\"deny\">Deny</button>\n"
                       "</form>\n");
    if (count > USERS_WITHOUT_SEARCH) {
        fe_page_script(&page, search_script);
    }
    return fe_page_end(&page, 200);
}
