/* SPDX-License-Identifier: MIT */

/*
 * The floor for the first screen: ncursesw draws the bare text of the log-in screen, reads keys and
 * echoes a sign for each, and nothing else. Ends with q or at the end of its input.
 */

#include <curses.h>
#include <locale.h>
#include <term.h>

int main(void)
{
    int key;

    setlocale(LC_ALL, "");
    if (newterm(NULL, stdout, stdin) == NULL)
        return 1;
    raw();
    noecho();
    nonl();
    mvaddstr(0, 1, "Bộ Tư pháp - Mật khẩu các hệ thống");
    mvaddstr(4, 3, "Tên đăng nhập");
    mvaddstr(4, 19, "[");
    mvaddstr(4, 48, "] @moj.example.vn");
    mvaddstr(6, 3, "Mật khẩu");
    mvaddstr(6, 19, "[");
    mvaddstr(6, 48, "]");
    mvaddstr(21, 3, "Quên mật khẩu hoặc bị khoá? Gọi bộ phận hỗ trợ: 024 1234 5678");
    mvaddstr(23, 1, "Enter Đăng nhập  Tab Ô sau  F1 Trợ giúp  F10 Thoát");
    move(4, 20);
    refresh();
    while ((key = getch()) != ERR && key != 'q') {
        addch('*');
        refresh();
    }
    erase();
    refresh();
    endwin();
    return 0;
}
