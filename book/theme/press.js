// What pages do beyond mdBook.
