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
    mvaddstr(0, 1, "BỘ TƯ PHÁP - MẬT KHẨU CÁC HỆ THỐNG");
    mvaddstr(0, 67, "F1 Trợ giúp");
    mvaddstr(2, 3, "Tài khoản");
    mvaddstr(2, 22, "[");
    mvaddstr(2, 52, "] @moj.example.vn");
    mvaddstr(3, 3, "Mật khẩu");
    mvaddstr(3, 22, "[");
    mvaddstr(3, 52, "]");
    mvaddstr(5, 3, "Enter  Đăng nhập");
    mvaddstr(7, 3, "Quên mật khẩu hoặc bị khoá? Gọi bộ phận hỗ trợ: 024 1234 5678");
    move(2, 23);
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
